"""What the laboratory sees and hears: ECG, pressure lines, Doppler, heart sounds."""

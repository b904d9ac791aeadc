"""AWS on this machine: an emulator that runs the very package and template that AWS gets."""

"""What Linewatch costs, measured: time, requests, bytes. Figures are printed, never asserted: machines differ."""

"""From the sources to a running stack, the same way on AWS and on the local emulator."""

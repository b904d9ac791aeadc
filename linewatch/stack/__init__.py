"""Deploy Linewatch: to AWS, or to an emulator on this machine that runs the same package and template."""

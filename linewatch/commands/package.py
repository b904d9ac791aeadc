"""`linewatch develop package`: build the template and the zips for AWS."""

import click

from linewatch.stack.libraries import AWS_PLATFORM
from linewatch.stack.package import package as package_for


@click.command()
def package() -> None:
    """Build the template and the zips for AWS.

    Prints their folder. Takes no time when nothing has changed since the last package.
    """
    packaged = package_for(AWS_PLATFORM)
    for file in sorted(packaged.folder.iterdir()):
        click.echo(f"{file.stat().st_size / 1e6:8.2f} MB  {file.name}", err=True)
    click.echo(packaged.folder)

"""What the environment sets for the health book's commands: settings, and the keys they name."""

import os

from access.environment import SettingsError
from gateway.commands.reading import CommandError
from gateway.config import Settings, load_settings
from storage.encryption import ConfigurationError, Keyring, load_keyring


def read_environment() -> tuple[Settings, Keyring]:
    """Read settings and keys.

    Raises:
        CommandError: If either will not do.
    """
    try:
        settings = load_settings(os.environ)
        return settings, load_keyring(settings.keys_file, production=settings.is_production)
    except SettingsError as error:
        raise CommandError("\n".join(error.problems)) from error
    except ConfigurationError as error:
        raise CommandError(str(error)) from error

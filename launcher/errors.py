"""The one exception a user meets: its text is the whole message."""


class LauncherError(Exception):
    """Something the person at the keyboard can act on; shown as one line, without a trace."""

"""The numbers of the portal's advisory locks, one each: who holds one waits for nobody but its own kind."""

from enum import IntEnum, unique


@unique
class Lock(IntEnum):
    """Named for what it guards."""

    TRAIL = 7_301_001  # writers of the audit trail's chain take turns
    TICK = 7_301_002  # two beats at once would send every reminder twice
    USER_NAMES = 7_301_003  # user names are given out one clerk at a time
    # Who reads facts and writes what they mean takes turns, or an older reading could overwrite a newer one.
    ASSESSMENTS = 7_301_004
    COVERAGE = 7_301_007  # a quarter of the two coverages is frozen once
    HOLIDAYS = 7_301_005  # no day is in the notices of two years
    MAIL = 7_301_006  # one worker talks to the mail server; what hangs there holds up nothing else
    RESTORE = 7_301_008  # two restores at once would both put their database in the portal's place
    ROBOTS = 7_301_010  # one worker talks to group robots
    UNITS = 7_302_002  # a name or a credit code is on the lists of units once
    TREE = 7_302_001  # the shape of the tree is changed by one hand at a time

"""What can go wrong in the pipeline.

LeadsError
├── StoreUnavailable    the database can't be reached; whether a change was kept is not known
│   └── StoreDamaged    its file can't be read as a database; a backup has to be put in its place
├── NotFound            no such lead, inquiry or delivery
├── IllegalMove         a stage that can't follow the present one
├── AlreadyTaken        another officer was first
├── ChangedMeanwhile    somebody else changed the lead since it was looked at
├── Conflict            two writers kept getting in each other's way; trying again may work
├── TooManyAttempts     looking up numbers was tried too often
├── ConsentMissing      personal data without an explicit yes
├── Unacceptable        what was given can't be kept: a weak password, a login that is taken
└── SignInRefused       somebody is not let in
"""

from __future__ import annotations


class LeadsError(Exception):
    """Base of all errors of this room; the message is Chinese and says what to do next."""


class StoreUnavailable(LeadsError):
    """The database can't be reached, or was lost in the middle: whether a change was kept is not known. Repeat it."""


class StoreDamaged(StoreUnavailable):
    """The file is damaged, or no database at all. Nothing was kept, and nothing will be until somebody mends it."""


class NotFound(LeadsError):
    """No such lead, inquiry or delivery."""


class IllegalMove(LeadsError):
    """A stage that can't follow the present one."""


class AlreadyTaken(LeadsError):
    """Another officer was first."""


class ChangedMeanwhile(LeadsError):
    """Somebody else changed the lead since it was looked at; nothing was kept."""


class Conflict(LeadsError):
    """Two writers kept getting in each other's way; nothing was kept."""


class TooManyAttempts(LeadsError):
    """Numbers were looked up too often from one conversation, or one number from too many."""


class ConsentMissing(LeadsError):
    """Personal data was to be kept without an explicit yes."""


class Unacceptable(LeadsError):
    """What was given can't be kept: a weak password, a login somebody has, an office that does not exist."""


class SignInRefused(LeadsError):
    """Wrong login, password or code, a disabled account, or too many attempts: said alike for all of them."""

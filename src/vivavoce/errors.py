"""The exception tree. Everything vivavoce raises on purpose derives from `VivaError`.

```
VivaError                    anything a user can put right; the message says how
├── InputError               bad input: a file, a field or an argument (exit status 1 or 2)
│   ├── RubricError          a rubric file that does not follow the schema
│   ├── AnswerFileError      answers or a transcript that cannot be read
│   ├── UnknownQuestionError no question of the bank fits what was asked for
│   └── StoreError           a team's store cannot be read or written, or lacks a run
├── SettingsError            a setting that contradicts another or has no meaning
├── MissingExtraError        an optional dependency is absent; names the pip command
├── OfflineError             `--offline` forbids what was asked for
├── HistoryError             the practice history cannot be read or written
└── BackendError             a model or a service failed; the answer stays ungraded
    ├── WeightsError         model files are missing or are not the expected ones
    ├── JudgeError           one call to a judge failed; the local grade stands
    │   └── JudgeStoppedError  a limit, the quota or the time is used up: the run stops asking
    │       └── JudgeDeniedError  key, model or address is wrong: the run ends
    └── TranscriberError     a recording could not be turned into words
```
"""

from __future__ import annotations

__all__ = [
    "AnswerFileError",
    "BackendError",
    "HistoryError",
    "InputError",
    "JudgeDeniedError",
    "JudgeError",
    "JudgeStoppedError",
    "MissingExtraError",
    "OfflineError",
    "RubricError",
    "SettingsError",
    "StoreError",
    "TranscriberError",
    "UnknownQuestionError",
    "VivaError",
    "WeightsError",
]


class VivaError(Exception):
    """Base of every deliberate error. `str(error)` is fit to show to a user as it is."""


class InputError(VivaError):
    """The user's input cannot be used; the message names the place and the remedy."""


class RubricError(InputError):
    """One or more mistakes in rubric files.

    Args:
        mistakes: one line per mistake, each naming file, field, finding and remedy.
    """

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistakes))


class AnswerFileError(InputError):
    """A file of answers or a transcript cannot be read as what it claims to be."""


class UnknownQuestionError(InputError):
    """No question of the bank has this id, number or wording."""


class StoreError(InputError):
    """A team's store cannot be read or written, or holds no such run."""


class SettingsError(VivaError):
    """A setting has no meaning, or contradicts another."""


class MissingExtraError(VivaError):
    """An optional dependency is not installed.

    Args:
        package: the distribution that was looked for.
        extra: the extra of vivavoce that brings it.
    """

    def __init__(self, package: str, extra: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(
            f"{package} is not installed. Install it with: pip install 'vivavoce[{extra}]'"
        )


class OfflineError(VivaError):
    """`--offline` was given and something asked for the network."""


class HistoryError(VivaError):
    """The practice history cannot be read or written."""


class BackendError(VivaError):
    """A model or a service failed at run time."""


class WeightsError(BackendError):
    """Model files are missing, damaged or not the ones that were asked for."""


class JudgeError(BackendError):
    """One call to a judge failed, or its reply cannot be used; the local grade stands."""


class JudgeStoppedError(JudgeError):
    """No further call may be made, or is of use; local grading goes on."""


class JudgeDeniedError(JudgeStoppedError):
    """The server refuses every call: the key, the model or the address is wrong.

    It ends a run, because what was asked for cannot be had until the user has put that right.
    """


class TranscriberError(BackendError):
    """A recording could not be turned into words."""

"""Which recogniser is built from which setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vivavoce.errors import OfflineError, SettingsError
from vivavoce.wiring.choices import Settings

if TYPE_CHECKING:
    from vivavoce.ports import Transcriber

__all__ = ["build_transcriber"]


def build_transcriber(chosen: Settings) -> Transcriber:
    """The recogniser that `settings.transcriber` names.

    Raises:
        SettingsError: no such recogniser.
        OfflineError: it would need the network.
        WeightsError: its model is not on this machine.
        MissingExtraError: the extra `voice` is absent.
    """
    kind, _, model = chosen.transcriber.partition(":")
    if kind == "whisper" and model:
        from vivavoce.adapters.faster_whisper import FasterWhisper

        return FasterWhisper(model)
    if kind == "openai" and model:
        if chosen.offline:
            raise OfflineError(
                f"--offline forbids the transcriber '{chosen.transcriber}': it sends recordings "
                "to a server. Leave out --offline, or use --transcriber whisper:tiny.en."
            )
        from vivavoce.adapters.openai_transcriber import OpenAITranscriber

        # The adapter sends a key it is given to any server, so the stored one goes to OpenAI alone.
        stored = chosen.openai_api_key if not chosen.openai_base_url else None
        key = stored.get_secret_value() if stored else None
        return OpenAITranscriber(model, base_url=chosen.openai_base_url, api_key=key)
    raise SettingsError(
        f"No transcriber is called '{chosen.transcriber}'. Use whisper:NAME (such as "
        "whisper:tiny.en), whisper:FOLDER or openai:MODEL."
    )

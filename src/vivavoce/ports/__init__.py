"""What the services need from outside, as small protocols. Adapters implement them."""

from vivavoce.core.vectors import FloatArray, TokenVectors
from vivavoce.ports.models import (
    Embedder,
    Judge,
    LocalTranscriber,
    NameFinder,
    PromptWriter,
    Schedule,
    Scorer,
    Transcriber,
)
from vivavoce.ports.stores import (
    Deleted,
    HistoryStore,
    ReplyStore,
    ResultStore,
    ReviewStore,
    SentenceStore,
    Stored,
    VectorStore,
)

__all__ = [
    "Deleted",
    "Embedder",
    "FloatArray",
    "HistoryStore",
    "Judge",
    "LocalTranscriber",
    "NameFinder",
    "PromptWriter",
    "ReplyStore",
    "ResultStore",
    "ReviewStore",
    "Schedule",
    "Scorer",
    "SentenceStore",
    "Stored",
    "TokenVectors",
    "Transcriber",
    "VectorStore",
]

"""The closed lists of the documentation: endpoints, models, languages, purposes of a file."""

from typing import Annotated, Literal

from pydantic import Field

EndpointName = Literal[
    "files/upload",
    "files/delete",
    "files/list",
    "files/retrieve",
    "voice_clone",
    "t2a_v2",
    "t2a_async_v2",
    "query/t2a_async_query_v2",
    "get_voice",
    "delete_voice",
]
"""The paths that the stand-in answers, without `/v1/`."""

Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Model = Literal[
    "speech-2.8-hd",
    "speech-2.8-turbo",
    "speech-2.6-hd",
    "speech-2.6-turbo",
    "speech-02-hd",
    "speech-02-turbo",
    "speech-01-hd",
    "speech-01-turbo",
]
Language = Literal[
    "Chinese",
    "Chinese,Yue",
    "English",
    "Arabic",
    "Russian",
    "Spanish",
    "French",
    "Portuguese",
    "German",
    "Turkish",
    "Dutch",
    "Ukrainian",
    "Vietnamese",
    "Indonesian",
    "Japanese",
    "Italian",
    "Korean",
    "Thai",
    "Polish",
    "Romanian",
    "Greek",
    "Czech",
    "Finnish",
    "Hindi",
    "Bulgarian",
    "Danish",
    "Hebrew",
    "Malay",
    "Persian",
    "Slovak",
    "Swedish",
    "Croatian",
    "Filipino",
    "Hungarian",
    "Norwegian",
    "Slovenian",
    "Catalan",
    "Nynorsk",
    "Tamil",
    "Afrikaans",
    "auto",
]
UploadPurpose = Literal["voice_clone", "prompt_audio", "t2a_async_input"]
FilePurpose = Literal["voice_clone", "prompt_audio", "t2a_async_input", "t2a_async"]

"""WeChat's XML: read with defusedxml, written with every text safe in its CDATA."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Union
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.channels.wechat.crypto import Refused

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no place for."""


def parse(body: bytes) -> Dict[str, str]:
    """Names of the elements of the first level with their texts. Raises `Refused` for what is no message."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Refused from None
    fields: Dict[str, str] = {}
    for child in root:
        fields.setdefault(str(child.tag), (child.text or "").strip() if not len(child) else "")
    return fields


def written(fields: Mapping[str, Any]) -> str:
    """`<xml>` with these fields: whole numbers bare, texts as CDATA, mappings and lists (as `item`) nested."""
    return f"<xml>{_inside(fields)}</xml>"


def _inside(fields: Mapping[str, Any]) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())


def _value(value: Union[str, int, Mapping[str, Any], list[Any]]) -> str:
    if isinstance(value, Mapping):
        return _inside(value)
    if isinstance(value, list):
        return "".join(f"<item>{_value(one)}</item>" for one in value)
    if isinstance(value, int):
        return str(value)
    # "]]>" would end the section and let a text write elements.
    return "<![CDATA[" + _NOT_XML.sub("", value).replace("]]>", "]]]]><![CDATA[>") + "]]>"

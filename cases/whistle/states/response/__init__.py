"""What a department called does (部门响应): its own obligation, with its own dates."""

from cases.whistle.states.response.answering import ANSWERING
from cases.whistle.states.response.disputing import DISPUTING
from cases.whistle.states.response.judging import JUDGING

RESPONSE = (*ANSWERING, *DISPUTING, *JUDGING)

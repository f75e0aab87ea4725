"""Numbers of people, bodies and telephones."""

import pytest

from cases.law.identifiers import IdentifierError, check_id_card, check_phone, check_uscc


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("360426199101010071", "360426199101010071"),
        (" 360426 19910101 0071 ", "360426199101010071"),
        ("３６０４２６１９９１０１０１００７１", "360426199101010071"),
        ("11010519491231002x", "11010519491231002X"),
        ("810000199408230021", "810000199408230021"),
        ("820000199408230021", None),
        ("830000199201300022", "830000199201300022"),
    ],
)
def test_citizens_and_residence_permit_holders(written: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(IdentifierError, match="校验码不符"):
            check_id_card(written)
    else:
        assert check_id_card(written) == kept


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("360426199101010072", "校验码不符"),
        ("360426199102300071", "出生日期不存在"),
        ("36042619910101007", "应为 18 位"),
        ("360426910101007", "应为 18 位"),
        ("840000199408230021", "居住证号应以"),
        ("36042619910101007A", "应为 18 位"),
        ("", "应为 18 位"),
    ],
)
def test_numbers_no_person_has_are_refused(written: str, says: str) -> None:
    with pytest.raises(IdentifierError, match=says) as refused:
        check_id_card(written)
    assert refused.value.field == "id_card"


def test_bodies() -> None:
    assert check_uscc("91110000600037341L") == "91110000600037341L"
    assert check_uscc("9111 0000 6000 3734 1l") == "91110000600037341L"


def test_village_collectives_have_letters_in_front() -> None:
    assert check_uscc(collective()) == collective()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("91110000600037341M", "校验码不符"),
        ("9111000060003734IL", "应为 18 位"),
        ("9111000060003734", "应为 18 位"),
    ],
)
def test_codes_no_body_has_are_refused(written: str, says: str) -> None:
    with pytest.raises(IdentifierError, match=says) as refused:
        check_uscc(written)
    assert refused.value.field == "uscc"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("0511-87261234", "0511-87261234"),
        ("(0511)87261234", "0511-87261234"),
        ("+86 511 87261234", "0511-87261234"),
        ("010 6217 1234", "010-62171234"),
        ("400-820-8820", "4008208820"),
        ("12345", "12345"),
    ],
)
def test_telephones(written: str, kept: str) -> None:
    assert check_phone(written) == kept


@pytest.mark.parametrize(
    "written", ["12800138000", "1380013800", "87261234", "0511-1234567", "010-6217123", "", "无"]
)
def test_numbers_nobody_can_call_are_refused(written: str) -> None:
    with pytest.raises(IdentifierError) as refused:
        check_phone(written)
    assert refused.value.field == "phone"


def collective() -> str:
    """An invented village collective, its check character by GB 32100-2015."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = "N2321183MA1234567"
    total = sum(alphabet.index(sign) * pow(3, n, 31) for n, sign in enumerate(body))
    return body + alphabet[-total % 31]

"""Numbers of people and bodies (证件号码): read as written, checked, and given back in one form.

GB 11643-1999 (citizens and holders of residence permits), GB 32100-2015 (统一社会信用代码). Region
codes are not checked: districts are renamed and people keep their number.
"""

import re
import unicodedata
from datetime import datetime

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from cases.law.rule import LawError

# Three-digit area codes: Beijing 010 and the 02x cities; all others have four digits.
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})")
_SHORT = re.compile(r"400[0-9]{7}|12[0-9]{3}")
# First two: 登记管理部门 (letters too, N for village collectives) and 机构类别.
_USCC = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
_PERMIT_REGIONS = {"810000", "820000", "830000"}  # 香港、澳门、台湾居民居住证


class IdentifierError(LawError):
    """A number that cannot be right; `field` is the kind of number (号码有误)."""


def check_id_card(text: str) -> str:
    """The 18-digit number of a citizen or residence permit holder; raises IdentifierError."""
    number = _plain(text).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdentifierError("id_card", "身份证号应为 18 位：17 位数字加 1 位校验码，请重新核对。")
    if number[0] == "8" and number[:6] not in _PERMIT_REGIONS:
        raise IdentifierError("id_card", "居住证号应以 810000、820000 或 830000 开头，请重新核对。")
    try:
        datetime.strptime(number[6:14] + "+0800", "%Y%m%d%z")
    except ValueError:
        raise IdentifierError("id_card", "身份证号中的出生日期不存在，请重新核对。") from None
    if not mod_11_2.is_valid(number):
        raise IdentifierError("id_card", "身份证号校验码不符，请对照证件逐位核对。")
    return number


def check_uscc(text: str) -> str:
    """The 18-character 统一社会信用代码 of a body; raises IdentifierError."""
    number = _plain(text).upper()
    if not _USCC.fullmatch(number):
        raise IdentifierError("uscc", "统一社会信用代码应为 18 位数字或字母，不含 IOSVZ。")
    if number[-1] != uscc.calc_check_digit(number[:-1]):
        raise IdentifierError("uscc", "统一社会信用代码校验码不符，请对照营业执照逐位核对。")
    return number


def check_phone(text: str) -> str:
    """A mainland telephone number: mobile, landline with area code, 400 or 12345; raises.

    A landline comes back as `0511-87262345`, all others as digits only.
    """
    number = _plain(text)
    bare = re.sub(r"^(\+86|0086|86(?=1[3-9][0-9]{9}$))", "", number)
    if re.fullmatch(r"1[3-9][0-9]{9}", bare) or _SHORT.fullmatch(bare):
        return bare
    national = bare if bare.startswith("0") or bare == number else f"0{bare}"
    landline = _LANDLINE.fullmatch(national)
    if landline is None or (len(landline[1]) == 3 and len(landline[2]) == 7):
        raise IdentifierError("phone", "电话应为 11 位手机号，或带区号的固定电话。")
    return f"{landline[1]}-{landline[2]}"


def _plain(text: str) -> str:
    """Full-width forms made plain; blanks, hyphens and brackets left out."""
    return re.sub(r"[\s\-‐-―()]", "", unicodedata.normalize("NFKC", text))

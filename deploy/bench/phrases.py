"""Invented complaints (虚构诉求): where, what, what is wrong with it, what is wished."""

import random
from collections.abc import Sequence

THINGS = (
    "路灯", "下水道", "河道", "垃圾桶", "围墙", "电线杆", "健身器材", "井盖", "桥栏杆",
    "消防通道", "公交站牌", "化粪池", "绿化带",
)
TROUBLES = (
    "不亮", "堵塞", "有漂浮物", "满溢", "倾斜", "被占用", "损坏", "有异味", "渗水", "存在隐患",
    "无人管护", "噪声扰民",
)
PLACES = (
    "东头", "西边", "小学门口", "卫生室旁", "文化广场", "集贸市场", "老街", "三组", "五组",
    "河堤", "国道路口", "安置小区",
)
WISHES = (
    "请派人查看", "多次反映未处理", "影响老人出行", "雨天更严重", "希望尽快修复", "邻居也有意见",
)


def complaint(chance: random.Random, names: Sequence[str]) -> tuple[str, str]:
    """A title and a description, of a place among these names."""
    where = chance.choice(names) + chance.choice(PLACES)
    title = where + chance.choice(THINGS) + chance.choice(TROUBLES)
    return title, f"{chance.choice(WISHES)},{chance.choice(THINGS)}{chance.choice(WISHES)}"

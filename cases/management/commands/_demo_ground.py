"""The demonstration ground (示范网格): invented, always the same, and a true tiling.

Villages, natural grids and micro-grids are blocks of one bent lattice of 48 × 36 nodes. Neighbours
share every node of their border, so there is no gap and no overlap. Pure: a plan in, outlines out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from math import pi, sin
from typing import Any, Final

from cases.grid.models import GridKind

# A village is a block of 12 × 12 cells, which thirds and quarters divide evenly.
_SIDE: Final = 12
_VILLAGES_A_ROW: Final = 4
# How far a node strays from its place, in cells: under 0.5 no two borders can cross.
_STRAY: Final = 0.22


@dataclass(frozen=True)
class Outline:
    """One village ("village") or grid to be entered."""

    kind: str
    code: str
    name: str
    village: str
    boundary: dict[str, Any]
    parent: str = ""
    use: str = ""


@dataclass(frozen=True)
class _Block:
    west: int
    south: int
    east: int
    north: int

    def split(self, parts: int, across: bool) -> list["_Block"]:
        if across:
            step = (self.east - self.west) // parts
            cuts = [self.west + step * n for n in range(parts + 1)]
            return [_Block(a, self.south, b, self.north) for a, b in pairwise(cuts)]
        step = (self.north - self.south) // parts
        cuts = [self.south + step * n for n in range(parts + 1)]
        return [_Block(self.west, a, self.east, b) for a, b in pairwise(cuts)]


def outlines(plan: Mapping[str, Any]) -> Iterator[Outline]:
    """Every village and grid of a plan (`seeds/demo/ground.yaml`), parents before children."""
    naturals = 0
    every = sum(v["natural"] for v in plan["villages"]) // plan["natural_with_four_micro"]
    for index, village in enumerate(plan["villages"]):
        column, row = index % _VILLAGES_A_ROW, index // _VILLAGES_A_ROW
        west, south = column * _SIDE, row * _SIDE
        block = _Block(west, south, west + _SIDE, south + _SIDE)
        code, name, across = village["code"], village["name"], index % 2 == 0
        yield Outline("village", code, name, code, _outline(plan, block))
        for number, part in enumerate(block.split(village["natural"], across), 1):
            grid = Outline(
                GridKind.NATURAL,
                f"{code}N{number:02d}",
                f"{name}第{number}网格",
                code,
                _outline(plan, part),
            )
            yield grid
            yield from _micro(plan, grid, part.split(4 if naturals % every == 0 else 3, not across))
            naturals += 1
        yield from _dedicated(plan, code, block)


def _micro(plan: Mapping[str, Any], grid: Outline, blocks: list[_Block]) -> Iterator[Outline]:
    for number, block in enumerate(blocks, 1):
        yield Outline(
            GridKind.MICRO,
            f"{grid.code}M{number:02d}",
            f"{grid.name}{number}号微网格",
            grid.village,
            _outline(plan, block),
            parent=grid.code,
        )


def _dedicated(plan: Mapping[str, Any], village: str, block: _Block) -> Iterator[Outline]:
    for slot, (use, name) in enumerate(plan["dedicated"].get(village, ())):
        size = 3 if use == "park" else 2
        west, south = block.west + 1 + 4 * (slot % 3), block.south + 2 + 5 * (slot // 3)
        yield Outline(
            GridKind.DEDICATED,
            f"{village}D{slot + 1:02d}",
            f"{name}专属网格",
            village,
            _outline(plan, _Block(west, south, west + size, south + size)),
            use=use,
        )


def _outline(plan: Mapping[str, Any], block: _Block) -> dict[str, Any]:
    south = [(i, block.south) for i in range(block.west, block.east)]
    east = [(block.east, j) for j in range(block.south, block.north)]
    north = [(i, block.north) for i in range(block.east, block.west, -1)]
    west = [(block.west, j) for j in range(block.north, block.south, -1)]
    ring = [_node(plan, i, j) for i, j in [*south, *east, *north, *west]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _node(plan: Mapping[str, Any], i: int, j: int) -> list[float]:
    columns = _VILLAGES_A_ROW * _SIDE
    rows = -(-len(plan["villages"]) // _VILLAGES_A_ROW) * _SIDE
    noise = sha256(f"{i}:{j}".encode()).digest()
    # A slow bend of the whole sheet, and a little stray of each node.
    x = i + 1.6 * sin(2 * pi * j / rows) + _STRAY * (noise[0] / 127.5 - 1)
    y = j + 1.4 * sin(2 * pi * i / columns) + _STRAY * (noise[1] / 127.5 - 1)
    lng = plan["west"] + (plan["east"] - plan["west"]) * x / columns
    lat = plan["south"] + (plan["north"] - plan["south"]) * y / rows
    return [round(lng, 6), round(lat, 6)]

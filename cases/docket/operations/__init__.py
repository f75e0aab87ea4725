"""What is done with any case (通用办理): counted again after a notice, erased, anchored."""

from cases.docket.operations.anchors import take_anchor
from cases.docket.operations.erasing import destroy_again, erase
from cases.docket.operations.recounting import recount

__all__ = ["destroy_again", "erase", "recount", "take_anchor"]

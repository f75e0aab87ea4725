"""What happens beside the way (办理旁路): not accepted, asked back, corrected, returned, given more
time, merged, shelved, reopened, objected to, passed on.
"""

from cases.intake.states.aside.desk import DESK
from cases.intake.states.aside.elsewhere import ELSEWHERE
from cases.intake.states.aside.handling import HANDLING
from cases.intake.states.aside.whistled import WHISTLED

ASIDE = (*DESK, *HANDLING, *ELSEWHERE, *WHISTLED)

"""What oversight knows (督办): the moves of chasing, which every kind has, and the supervision
sheet (督办单), which is a kind of its own.
"""

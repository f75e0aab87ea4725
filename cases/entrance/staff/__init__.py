"""Keeping the house (组织管理): units, officers, posts, deputies, grid duties, as the system
administrator keeps them. Whoever keeps them sees no case (三员分立), only how many there are.
"""

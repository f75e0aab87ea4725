"""The security administrator's desk (安全管理): locked names, log-ins, key ids, anchors.

三员分立: who keeps the locks sees no case, gives no post and reads no log.
"""

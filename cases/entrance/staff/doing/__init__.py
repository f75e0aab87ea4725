"""What each of the administrator's acts runs (管理动作的办理): scope first, then the operation."""

"""One's own account (我的账号) and the directory of people everybody may look into (通讯录)."""

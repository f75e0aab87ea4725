"""The house by the interface (管理接口): the same lists, the same acts as the pages."""

"""The bureau's desk: a web application in Chinese for officers, leaders, editors and administrators."""

## Shell

name = Onestop
skip = Skip to the page itself
pages = Pages
language = Language
language-name = English
language-change = Change
elder-on = Large letters
elder-off = Usual letters
account = Account
sign-out = Sign out
link-up = ● connected
link-down = ○ connection lost; the page is as of
error-prefix = { "Error: " }
tab-today = Today
tab-new-case = New case
tab-worklist = Worklist
tab-cases = Cases
tab-timeliness = Timeliness
tab-places = Sites
tab-staff = Staff
tab-help = Help

## Sign in

sign-in = Sign in
sign-in-lead = Public legal services through one window, for windows, units and supervisors.
sign-in-staff = Account
sign-in-password = Password
sign-in-wrong = Account or password is wrong. Check both and try again; your unit's administrator can set a new password.
sign-in-locked = The password was wrong too often: the account rests for fifteen minutes. Try again then, or ask your unit's administrator.
track-link = Citizens: see how your case stands

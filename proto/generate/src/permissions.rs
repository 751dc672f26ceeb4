//! The table of permissions, for people.

use onestop_proto::{
    actor::Role,
    http::{self, OperationKind},
    permission,
};

/// Who may send what: one row for each command, one column for each role that people have.
#[must_use]
pub fn permissions() -> String {
    const ROLES: [Role; 5] = [
        Role::Clerk,
        Role::Specialist,
        Role::Supervisor,
        Role::UnitAdministrator,
        Role::Auditor,
    ];
    let columns = ROLES.map(|role| format!("{} {role}", role.text().zh));
    let mut table = format!(
        "<!-- Generated from onestop-proto; proto/generate says how to renew it. -->\n\
         # Who may do what (权限)\n\n\
         Which role may send which command at all. Whether this person may, to this case (own window, unit that \
         has custody, supervisor of that division), is decided with the case. No command is sent as the system: \
         its rules act inside the services.\n\n\
         | service | command | 命令 | {} |\n|---|---|---|{}\n",
        columns.join(" | "),
        ":-:|".repeat(ROLES.len())
    );
    let mut told: Vec<String> = Vec::new();
    for operation in http::operations() {
        if operation.asks != OperationKind::Command {
            continue;
        }
        let (service, name) = (operation.service, operation.name);
        let may = ROLES.map(|role| {
            if permission::permits(role, service, name) {
                "✓"
            } else {
                "–"
            }
        });
        let (title, may) = (operation.title.zh, may.join(" | "));
        told.push(format!("| {service} | {name} | {title} | {may} |\n"));
    }
    told.sort();
    told.dedup();
    table.extend(told);
    table
}

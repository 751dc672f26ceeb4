//! Who acted, and whose key proved it, in words: people by their names, services by what they do.

use onestop_proto::{
    actor::{Actor, Role},
    ids::StaffId,
    issuer::IssuerName,
};

use super::shell::Page;

impl Page<'_> {
    /// The role and the name of a person; of a rule of a service, which one.
    pub(super) fn actor(&self, actor: &Actor) -> String {
        let role = self.i18n.text(actor.role.text());
        match actor.role {
            Role::System => self.system(actor.staff.as_str()),
            Role::Clerk
            | Role::Specialist
            | Role::Supervisor
            | Role::UnitAdministrator
            | Role::Auditor => format!("{role} {}", self.person(&actor.staff)),
        }
    }

    /// Whose key has proven who acted, and the name of that key.
    pub(super) fn proving_key(&self, issuer: &IssuerName) -> String {
        format!("{}{}", self.issuer(issuer), self.in_brackets(issuer))
    }

    /// Whose key has proven who acted.
    pub(super) fn issuer(&self, issuer: &IssuerName) -> String {
        if let Some(service) = issuer.service() {
            return self.system(service);
        }
        match issuer.as_str().split_once('/') {
            Some(("operator", "main")) => self.i18n.t("issuer-operator"),
            Some(("operator", name)) => {
                let known = name.parse::<StaffId>().ok();
                let who = known.map_or_else(|| name.to_owned(), |staff| self.person(&staff));
                self.i18n.t1("issuer-own-key", "who", who)
            }
            Some((_, "main")) | None => self.i18n.t("issuer-workbench"),
            Some((_, node)) => self.i18n.t1("issuer-workbench-of", "node", node.to_owned()),
        }
    }

    /// A service that acts by itself.
    fn system(&self, service: &str) -> String {
        let system = self.i18n.text(Role::System.text());
        match self.i18n.try_t(&format!("service-{service}")) {
            Some(name) => format!("{system}{}", self.in_brackets(name)),
            None => system.to_owned(),
        }
    }
}

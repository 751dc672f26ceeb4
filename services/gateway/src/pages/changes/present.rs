//! What is recorded now, beside the form that changes it.

use onestop_proto::{clock::Step, legal_aid::Residence, registry::Finding};

use super::{ChangesTemplate, fields::Change};

/// A line of what is recorded: what it is, and its value.
pub(super) struct PresentValue {
    pub(super) label: String,
    pub(super) value: String,
}

impl ChangesTemplate<'_> {
    /// What is recorded now of what the chosen form changes.
    pub(super) fn present(&self) -> Vec<PresentValue> {
        let lines = match self.chosen.as_ref().map(Change::command) {
            Some("confirm-entry") => self.whole_entry(),
            Some("change-contact") => self.contacts(),
            Some("set-hours") => vec![self.hours_line()],
            Some("set-duty") => self.duties(),
            Some("mark-full" | "mark-free") => self.full_units(),
            Some("set-state") => self.state_lines(),
            Some("plan-opening") => vec![self.plan_line()],
            Some("check-standard") => self.findings(),
            Some("set-papers") => self.papers_lines(),
            Some("move-item-in" | "move-item-out") => vec![self.items_line()],
            Some("set-means-line") => self.means_lines(),
            Some("declare-days-off") => vec![self.days_off_line()],
            // A limit is beside the name of its step.
            Some(_) | None => Vec::new(),
        };
        lines
            .into_iter()
            .map(|line| self.or_unknown(line))
            .collect()
    }

    /// How long a step has now, beside its name.
    pub(super) fn present_limit(&self, step: &Step) -> String {
        let directory = &self.page.app.directory;
        let held = directory.standard(step, self.site.division, self.today);
        held.map_or_else(String::new, |held| {
            let kind = self.page.i18n.text(held.limit.kind.text());
            format!("{} {kind}", held.limit.days)
        })
    }

    /// All that a keeper confirms.
    fn whole_entry(&self) -> Vec<PresentValue> {
        let mut lines = self.state_lines();
        lines.push(self.hours_line());
        lines.extend(self.contacts());
        lines.extend(self.duties());
        lines
    }

    /// Address and telephone of the site, and of each unit of which one is known.
    fn contacts(&self) -> Vec<PresentValue> {
        let directory = &self.page.app.directory;
        let on = self.today;
        let mut lines = vec![
            self.line("places-address", directory.site_address(self.site, on)),
            self.line("places-phone", directory.site_phone(self.site, on)),
        ];
        let window = directory.window_of(self.site).map(|window| &window.id);
        let others = self.units().iter();
        let others = others.filter(|unit| Some(&unit.id) != window);
        let known = others.filter_map(|unit| {
            let said = [
                directory.unit_address(unit, on),
                directory.unit_phone(unit, on),
            ];
            let said = self.page.list(said.into_iter().flatten());
            (!said.is_empty()).then(|| PresentValue {
                label: unit.name.clone(),
                value: said,
            })
        });
        lines.extend(known);
        lines
    }

    fn hours_line(&self) -> PresentValue {
        let week = self.page.app.directory.regular_hours(self.site, self.today);
        let i18n = &self.page.i18n;
        let lines = week.iter().map(|regular| {
            let days = regular.weekdays.iter().map(|day| i18n.text(day.text()));
            let hours = regular.hours.iter().map(ToString::to_string);
            let items = regular.items.iter().map(|item| i18n.words(&item.name));
            let when = [self.page.list(days), self.page.list(hours)];
            let items = self.page.in_brackets(self.page.list(items));
            format!("{} {items}", when.join(" ").trim_end())
        });
        let value = if week.is_empty() {
            i18n.t("places-working-days")
        } else {
            lines.collect::<Vec<_>>().join(" · ")
        };
        PresentValue {
            label: i18n.t("places-week"),
            value,
        }
    }

    /// Who is on duty today at each unit where that is known; at least that it is not known.
    fn duties(&self) -> Vec<PresentValue> {
        let directory = &self.page.app.directory;
        let i18n = &self.page.i18n;
        let day = self.page.day(&self.today);
        let label = i18n.t1("places-duty", "day", day);
        let known = self.units().iter().filter_map(|unit| {
            let names = directory.on_duty(unit, self.today);
            (!names.is_empty()).then(|| format!("{} {}", unit.name, self.page.list(names)))
        });
        let value = known.collect::<Vec<_>>().join(" · ");
        vec![PresentValue { label, value }]
    }

    fn full_units(&self) -> Vec<PresentValue> {
        let directory = &self.page.app.directory;
        let i18n = &self.page.i18n;
        let full = self.units().iter().filter_map(|unit| {
            let until = directory.full_until(&unit.id, self.today)?;
            Some(PresentValue {
                label: unit.name.clone(),
                value: i18n.t1("changes-full-until", "day", self.page.day(&until)),
            })
        });
        let full: Vec<PresentValue> = full.collect();
        if full.is_empty() {
            return vec![PresentValue {
                label: self.site.name.clone(),
                value: i18n.t("changes-none-full"),
            }];
        }
        full
    }

    fn state_lines(&self) -> Vec<PresentValue> {
        let directory = &self.page.app.directory;
        let state = directory.site_state(self.site, self.today).text();
        let set = directory.state_evidence(self.site, self.today);
        let mut lines = vec![PresentValue {
            label: self.page.field_label("state"),
            value: self.page.i18n.text(state).to_owned(),
        }];
        if let Some(set) = set {
            let said = [Some(&set.evidence), set.document_number.as_ref()];
            lines.push(PresentValue {
                label: self.page.field_label("evidence"),
                value: self.page.list(said.into_iter().flatten()),
            });
        }
        lines
    }

    fn plan_line(&self) -> PresentValue {
        let plan = self.page.app.directory.opening_plan(self.site, self.today);
        let value = plan.map(|plan| {
            let day = self.page.day(&plan.opens);
            let said = [Some(day), plan.reason.map(str::to_owned)];
            self.page.list(said.into_iter().flatten())
        });
        PresentValue {
            label: self.page.field_label("opens"),
            value: value.unwrap_or_default(),
        }
    }

    /// Each point of the standard, with what was found last.
    fn findings(&self) -> Vec<PresentValue> {
        let directory = &self.page.app.directory;
        let i18n = &self.page.i18n;
        let points = directory.checkpoints(self.site, self.today).into_iter();
        let lines = points.map(|(point, check)| {
            let found = check.map(|check| {
                let mark = match check.finding {
                    Finding::Met => "✓",
                    Finding::NotMet => "■",
                };
                let finding = i18n.text(check.finding.text());
                format!("{mark} {finding} · {}", check.evidence)
            });
            PresentValue {
                label: i18n.words(&point.name).to_owned(),
                value: found.unwrap_or_else(|| i18n.t("changes-unchecked")),
            }
        });
        lines.collect()
    }

    /// The papers of each item as a whole.
    fn papers_lines(&self) -> Vec<PresentValue> {
        let directory = &self.page.app.directory;
        let place = self.site.division;
        let lines = directory.items().map(|item| PresentValue {
            label: self.page.i18n.words(&item.name).to_owned(),
            value: self.page.materials((item, None), place, self.today),
        });
        lines.collect()
    }

    /// The line of means that holds now, for town and for country people.
    fn means_lines(&self) -> Vec<PresentValue> {
        let directory = &self.page.app.directory;
        let lines = Residence::ALL.iter().map(|residence| {
            let line = directory.means_line(self.site.division, *residence, self.today);
            let value = line.map(|line| {
                let words = self
                    .page
                    .means_line_words(line.base, line.amount, line.percent);
                self.page.list([words, line.source.clone()])
            });
            PresentValue {
                label: self.page.i18n.text(residence.text()).to_owned(),
                value: value.unwrap_or_default(),
            }
        });
        lines.collect()
    }

    fn items_line(&self) -> PresentValue {
        let directory = &self.page.app.directory;
        let (place, on) = (self.site.division, self.today);
        let received = directory.items();
        let received = received.filter(|item| directory.receives(&item.id, place, on));
        let names = received.map(|item| self.page.i18n.words(&item.name));
        let day = self.page.day(&on);
        PresentValue {
            label: self.page.i18n.t1("places-offered", "day", day),
            value: self.page.list(names),
        }
    }

    fn days_off_line(&self) -> PresentValue {
        let declared = self.page.app.directory.declared_days_off(self.site);
        let lines = declared.iter().map(|days| {
            let (from, until) = (self.page.day(&days.from), self.page.day(&days.until));
            let period = self
                .page
                .i18n
                .t2("changes-period", "from", from, "until", until);
            format!("{} {period}", days.holiday)
        });
        PresentValue {
            label: self.page.i18n.t("changes-days-off"),
            value: lines.collect::<Vec<_>>().join(" · "),
        }
    }

    fn line(&self, label: &str, value: Option<&str>) -> PresentValue {
        PresentValue {
            label: self.page.i18n.t(label),
            value: value.unwrap_or_default().to_owned(),
        }
    }

    fn or_unknown(&self, line: PresentValue) -> PresentValue {
        if line.value.is_empty() {
            let value = self.page.i18n.t("places-unknown");
            return PresentValue { value, ..line };
        }
        line
    }
}

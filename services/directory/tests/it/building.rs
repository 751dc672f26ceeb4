//! Staged building against its plan, by what was recorded and reported.

use onestop_directory::{
    CoverageCell, Directory, Origin, PLAN_COLUMNS, PlanColumn, RegistryChanges, Report, StateCounts,
};
use onestop_proto::{
    case::MediaType,
    division::Tier,
    registry::{
        EntryConfirmed, Event, EvidenceAttached, EvidenceKind, EvidenceWithdrawn, Finding,
        OpeningPlanned, SiteState, StandardChecked, UnitFilled,
    },
    routing::Urgency,
};

use crate::{built_in, code, day, folder::Folder, kind};

/// A township whose site the files plan until 30 June 2027.
const PLANNED: &str = "530828207";

fn planned(opens: &str, reason: Option<&str>) -> Event {
    let site = built_in().site_at(code(PLANNED)).unwrap();
    let window = built_in().window_of(site).unwrap();
    OpeningPlanned {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from: day("2026-12-01"),
        opens: day(opens),
        reason: reason.map(str::to_owned),
    }
    .into()
}

fn confirmed(place: &str, on: &str) -> Event {
    let site = built_in().site_at(code(place)).unwrap();
    let window = built_in().window_of(site).unwrap();
    EntryConfirmed {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from: day(on),
    }
    .into()
}

fn attached(place: &str, kind: EvidenceKind, on: &str) -> Event {
    let site = built_in().site_at(code(place)).unwrap();
    let window = built_in().window_of(site).unwrap();
    EvidenceAttached {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from: day(on),
        kind,
        state: SiteState::Operating,
        hash: "a".repeat(64).parse().unwrap(),
        size: 4_000,
        media_type: MediaType::Jpeg,
        name: "大厅.jpg".to_owned(),
    }
    .into()
}

fn with_events(events: &[(Event, &str)]) -> Directory {
    let mut changes = RegistryChanges::default();
    for (event, on) in events {
        let by = "supervisor/wei-hong@s4k2m9qxa.bureau".parse().unwrap();
        changes.hear(event, Report { by, on: day(on) });
    }
    built_in().with_changes(changes)
}

fn townships(directory: &Directory, on: &str) -> StateCounts {
    let coverage = directory.coverage(code("530828"), day(on)).unwrap();
    let mut tiers = coverage.total.tiers();
    *tiers.find(|(tier, _)| *tier == Tier::Township).unwrap().1
}

#[test]
fn a_site_that_is_planned_still_on_its_day_is_late_and_its_number_leads_to_it() {
    let directory = with_events(&[(planned("2027-03-01", None), "2026-12-01")]);
    let before = townships(&directory, "2027-02-28");
    assert_eq!(before.against(PlanColumn::Due), 0);
    assert_eq!(before.against(PlanColumn::Late), 0);
    let after = townships(&directory, "2027-03-01");
    assert_eq!(after.against(PlanColumn::Due), 1);
    assert_eq!(after.against(PlanColumn::Late), 1);
    let cell = (Tier::Township, CoverageCell::Plan(PlanColumn::Late));
    let behind = directory.covered(code("530828"), cell, day("2027-03-01"));
    let behind: Vec<_> = behind.map(|division| division.code).collect();
    assert_eq!(behind, [code(PLANNED)]);
    // As of a day before the plan was recorded, the files' own counts.
    let site = directory.site_at(code(PLANNED)).unwrap();
    let known = directory.opening_plan(site, day("2026-11-30")).unwrap();
    assert_eq!(known.opens, day("2027-07-01"));
}

#[test]
fn every_number_against_the_plan_leads_to_as_many_sites() {
    let events = [
        (planned("2027-03-01", None), "2026-12-01"),
        (confirmed("530828101", "2027-02-01"), "2027-02-01"),
        (
            attached("530828101", EvidenceKind::Photo, "2027-02-01"),
            "2027-02-01",
        ),
    ];
    let directory = with_events(&events);
    for within in ["530828", "530828207"] {
        let coverage = directory.coverage(code(within), day("2027-03-05")).unwrap();
        for (tier, counts) in coverage.total.tiers() {
            for plan in PLAN_COLUMNS {
                let cell = (tier, CoverageCell::Plan(plan));
                let behind = directory.covered(code(within), cell, day("2027-03-05"));
                assert_eq!(behind.count(), counts.against(plan), "{tier} {plan:?}");
                let rows = coverage.rows.iter().map(|row| row.against(plan));
                assert_eq!(rows.sum::<usize>(), coverage.total.against(plan));
            }
        }
    }
}

#[test]
fn files_of_a_site_are_counted_from_their_day_on_and_say_nothing_about_its_entry() {
    let open = "530828101";
    let directory = with_events(&[
        (
            attached(open, EvidenceKind::Photo, "2026-12-02"),
            "2026-12-02",
        ),
        (
            attached(open, EvidenceKind::Document, "2026-12-03"),
            "2026-12-03",
        ),
    ]);
    let counted = |on: &str, column| townships(&directory, on).against(column);
    assert_eq!(counted("2026-12-01", PlanColumn::Photographed), 0);
    assert_eq!(counted("2026-12-02", PlanColumn::Photographed), 1);
    let without = counted("2026-12-02", PlanColumn::WithoutDocument);
    assert_eq!(
        counted("2026-12-03", PlanColumn::WithoutDocument),
        without - 1
    );
    // A planned site has not opened: no document is missing.
    let states = townships(&directory, "2026-12-02");
    assert_eq!(
        without,
        states.total() - states.of(Some(SiteState::Planned))
    );
    let site = directory.site_at(code(open)).unwrap();
    assert_eq!(directory.last_report(site, day("2026-12-03")), None);
    let photos = directory.evidence(site, EvidenceKind::Photo, day("2026-12-03"));
    assert_eq!(photos.len(), 1);
}

/// No page shows the file any more; how many sites had one then stays what it was.
#[test]
fn a_count_of_a_day_that_is_over_does_not_change_when_a_file_is_withdrawn() {
    let open = "530828101";
    let photo = attached(open, EvidenceKind::Photo, "2026-12-02");
    let site = built_in().site_at(code(open)).unwrap();
    let withdrawn = EvidenceWithdrawn {
        site: site.id.clone(),
        unit: built_in().window_of(site).unwrap().id.clone(),
        division: site.division,
        from: day("2026-12-10"),
        hash: "a".repeat(64).parse().unwrap(),
        reason: "拍到了群众".to_owned(),
        file: None,
    };
    let directory = with_events(&[(photo, "2026-12-02"), (withdrawn.into(), "2026-12-10")]);
    let counted = |on: &str| townships(&directory, on).against(PlanColumn::Photographed);
    assert_eq!(counted("2026-12-01"), 0);
    assert_eq!(counted("2026-12-09"), 1);
    assert_eq!(counted("2026-12-10"), 0);
    let then = directory.evidence(site, EvidenceKind::Photo, day("2026-12-09"));
    assert!(then.is_empty(), "no page shows it");
}

#[test]
fn a_site_meets_the_standard_once_every_point_of_it_is_met() {
    let site = built_in().site_at(code(PLANNED)).unwrap();
    let window = built_in().window_of(site).unwrap();
    let points = built_in().checkpoints(site, day("2026-12-01")).into_iter();
    let met: Vec<(Event, &str)> = points
        .map(|(point, _)| {
            let checked = StandardChecked {
                site: site.id.clone(),
                unit: window.id.clone(),
                division: site.division,
                from: day("2026-12-02"),
                checkpoint: point.id.clone(),
                finding: Finding::Met,
                evidence: "现场查看".to_owned(),
                decided_by: None,
            };
            (checked.into(), "2026-12-02")
        })
        .collect();
    let counted = |events: &[(Event, &str)]| {
        let counts = townships(&with_events(events), "2026-12-02");
        counts.against(PlanColumn::MeetsStandard)
    };
    assert_eq!(counted(&met), 1);
    assert_eq!(counted(&met[1..]), 0);
}

#[test]
fn what_was_recorded_of_a_site_last_is_known_with_who_has_recorded_it() {
    let directory = with_events(&[
        (planned("2027-03-01", None), "2026-12-01"),
        (
            attached(PLANNED, EvidenceKind::Photo, "2026-12-02"),
            "2026-12-02",
        ),
    ]);
    let site = directory.site_at(code(PLANNED)).unwrap();
    let history = directory.history(site);
    assert!(matches!(history[0].event, Event::EvidenceAttached(_)));
    assert!(matches!(history[1].event, Event::OpeningPlanned(_)));
    assert_eq!(history[0].report.on, day("2026-12-02"));
    assert_eq!(history[0].report.by.staff.as_str(), "wei-hong");
    // The log has all of it; a site keeps the last of it.
    let many: Vec<_> = (1..=60)
        .map(|number| {
            (
                confirmed(PLANNED, &format!("2026-{:02}-01", number % 12 + 1)),
                "2026-12-03",
            )
        })
        .collect();
    let directory = with_events(&many);
    assert_eq!(
        directory
            .history(directory.site_at(code(PLANNED)).unwrap())
            .len(),
        30
    );
}

#[test]
fn an_entry_is_stale_where_nobody_has_confirmed_it_within_the_days_of_the_rule() {
    let directory = with_events(&[(confirmed("530828101", "2026-12-01"), "2026-12-01")]);
    let site = directory.site_at(code("530828101")).unwrap();
    assert!(
        directory.is_stale(site, day("2026-11-30")),
        "never confirmed"
    );
    assert!(!directory.is_stale(site, day("2026-12-01")));
    // 180 days.
    assert!(!directory.is_stale(site, day("2027-05-30")));
    assert!(directory.is_stale(site, day("2027-05-31")));
    let report = directory.last_report(site, day("2027-05-31")).unwrap();
    assert_eq!(report.on, day("2026-12-01"));
    assert_eq!(report.by.staff.as_str(), "wei-hong");
    let all = townships(&directory, "2026-12-01");
    assert_eq!(all.against(PlanColumn::Stale), all.total() - 1);
}

#[test]
fn a_folder_without_rules_of_recording_loads_and_names_nothing_as_stale() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../deploy/directory/sites.toml"
    ));
    let text = text.unwrap();
    let rules = text.find("# What holds for recording. Nothing").unwrap();
    let directory = Folder::small().write("sites.toml", &text[..rules]).load();
    let directory = directory.unwrap();
    let site = directory.site_at(code("530821")).unwrap();
    assert!(!directory.is_stale(site, day("2026-12-01")));
    assert!(directory.checkpoints(site, day("2026-12-01")).is_empty());
    assert_eq!(directory.most_full_days(site.division), None);
}

#[test]
fn two_points_of_the_standard_with_one_id_are_refused() {
    let twice = "\n[[checkpoint]]\nid = \"signs-name\"\narea = \"signs\"\nname = { zh = \"牌子\", en = \"sign\" }\n";
    let refused = Directory::built_in_with("sites.toml", twice).unwrap_err();
    assert!(refused.to_string().contains("signs-name"), "{refused}");
}

#[test]
fn the_files_of_a_directory_go_out_and_come_in_again_byte_for_byte() {
    let folder = tempfile::TempDir::new().unwrap();
    for (name, text) in Directory::files(&Origin::BuiltIn).unwrap() {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let origin = Origin::Folder(folder.path().to_owned());
    let again = Directory::load(&origin).unwrap();
    assert_eq!(again.version(), built_in().version());
    let out = Directory::files(&origin).unwrap();
    assert_eq!(out, Directory::files(&Origin::BuiltIn).unwrap());
}

#[test]
fn the_rule_of_a_routing_says_which_nearer_unit_is_full_until_when() {
    let agency = built_in().unit_at(code("530821"), &kind("legal-aid"));
    let agency = agency.unwrap();
    let full = UnitFilled {
        site: agency.site.clone(),
        unit: agency.id.clone(),
        division: agency.division,
        from: day("2026-03-01"),
        until: day("2026-03-11"),
        decided_by: None,
    };
    let directory = with_events(&[(full.into(), "2026-03-01")]);
    let route = |urgency| crate::recorded_changes::route(&directory, "2026-03-11", urgency);
    let ordinary = route(Urgency::Ordinary).rule;
    let said = format!("较近的{}已标记满负荷，至2026年3月11日止", agency.name);
    assert!(ordinary.zh.contains(&said), "{}", ordinary.zh);
    assert!(
        ordinary.en.contains("full until 2026-03-11"),
        "{}",
        ordinary.en
    );
    assert!(!route(Urgency::Urgent).rule.zh.contains("满负荷"));
}

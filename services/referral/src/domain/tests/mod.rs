//! Tests of rules that concern several commands.

mod announcements;
mod applications;
mod calendar_correction;
mod cast;
mod effective_time;
mod former_codes;
mod invariants;
mod offers;
mod outside_places;
mod people;
mod routing;
mod search;
mod sides;
mod state_diagram;
mod statutory_bounds;
mod supervision;
mod two_posts;
mod urgency;

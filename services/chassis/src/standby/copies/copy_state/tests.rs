//! Which answers wait for a standby, and what others hear.

use super::*;

const NOW: Duration = Duration::from_secs(100);
const STANDBY: Uuid = Uuid::from_u128(7);

#[test]
fn nothing_waits_for_a_standby_that_never_asked() {
    let mut state = CopyState::default();
    assert_eq!(state.kept(NOW, 0), Some(Kept::Once));
    assert_eq!(state.visible(NOW, 9), 9);
}

#[test]
fn an_answer_waits_for_a_standby_that_follows_and_is_kept_twice_when_it_has_it() {
    let mut state = CopyState::default();
    state.note_question(NOW, STANDBY, 300, 1_000);
    assert_eq!(state.kept(NOW, 1_000), Some(Kept::Once), "it catches up");
    assert_eq!(state.visible(NOW, 1_000), 1_000);
    state.note_question(NOW, STANDBY, 900, 1_000);
    assert_eq!(state.kept(NOW, 1_000), None);
    state.note_question(NOW, STANDBY, 1_000, 1_002);
    assert_eq!(state.kept(NOW, 1_000), Some(Kept::Twice));
    assert_eq!(state.visible(NOW, 1_002), 1_000);
}

/// The log has few records, so one that begins is near the head at once.
#[test]
fn no_leader_counts_on_a_standby_that_lacks_what_others_have_heard() {
    let mut state = CopyState::default();
    assert_eq!(state.visible(NOW, 24), 24);
    state.note_question(NOW, STANDBY, 0, 24);
    assert_eq!(state.visible(NOW, 24), 24, "the log is as long as it was");
    assert_eq!(state.kept(NOW, 26), None, "it will have them soon");
    assert_eq!(state.visible(NOW, 26), 24);
    assert_eq!(state.followed_by(NOW, STANDBY), Followed::No);
    state.note_question(NOW, STANDBY, 24, 26);
    assert_eq!(state.followed_by(NOW, STANDBY), Followed::Yes);
}

/// The log may grow between the reading of its head and the noting of the question.
#[test]
fn what_was_heard_while_a_question_came_in_stays_heard() {
    let mut state = CopyState::default();
    assert_eq!(state.visible(NOW, 25), 25);
    state.note_question(NOW, STANDBY, 24, 24);
    assert_eq!((state.visible(NOW, 25), state.following(NOW)), (25, None));
}

#[test]
fn a_standby_that_was_silent_is_counted_on_when_it_has_what_was_heard_meanwhile() {
    let mut state = CopyState::default();
    state.note_question(NOW, STANDBY, 5, 5);
    let later = NOW + SILENCE;
    assert_eq!(state.visible(later, 9), 9);
    state.note_question(later, STANDBY, 5, 9);
    assert_eq!(state.visible(later, 9), 9);
    assert_eq!(state.followed_by(later, STANDBY), Followed::No);
    state.note_question(later, STANDBY, 9, 9);
    assert_eq!(state.followed_by(later, STANDBY), Followed::Yes);
}

#[test]
fn a_standby_that_lost_its_copy_is_not_counted_on_before_it_has_it_again() {
    let mut state = CopyState::default();
    state.note_question(NOW, STANDBY, 24, 24);
    state.note_question(NOW, STANDBY, 0, 24);
    assert_eq!(state.visible(NOW, 24), 24);
    assert_eq!(state.following(NOW), None);
}

#[test]
fn after_one_wait_in_vain_no_other_waits_until_the_standby_is_near_the_head() {
    let mut state = CopyState::default();
    state.note_question(NOW, STANDBY, 5, 5);
    state.ran_out(6);
    assert_eq!(state.kept(NOW, 6), Some(Kept::Once));
    assert_eq!(state.following(NOW), None);
    state.note_question(NOW, STANDBY, 6, 6 + NEAR + 1);
    assert_eq!(state.kept(NOW, 7), Some(Kept::Once));
    state.note_question(NOW, STANDBY, 7, 6 + NEAR + 1);
    assert_eq!(state.kept(NOW, 8), None);
}

#[test]
fn answers_count_on_one_standby_and_on_the_next_when_that_is_silent() {
    let other = Uuid::from_u128(8);
    let mut state = CopyState::default();
    state.note_question(NOW, STANDBY, 5, 5);
    state.note_question(NOW, other, 3, 5);
    assert_eq!(state.acknowledged(), 5);
    assert_eq!(state.followed_by(NOW, STANDBY), Followed::Yes);
    assert_eq!(state.followed_by(NOW, other), Followed::No);
    let later = NOW + SILENCE;
    state.note_question(later, other, 4, 5);
    assert_eq!(state.acknowledged(), 4);
    assert_eq!(state.followed_by(later, other), Followed::No);
    state.note_question(later, other, 5, 5);
    assert_eq!(state.followed_by(later, other), Followed::Yes);
}

#[test]
fn a_standby_that_falls_far_behind_follows_no_more() {
    let mut state = CopyState::default();
    state.note_question(NOW, STANDBY, 5, 5);
    state.note_question(NOW, STANDBY, 6, 6 + FAR);
    assert_eq!(state.following(NOW), Some(STANDBY));
    state.note_question(NOW, STANDBY, 6, 7 + FAR);
    assert_eq!(state.following(NOW), None);
    assert_eq!(state.visible(NOW, 7 + FAR), 7 + FAR);
}

#[test]
fn a_standby_that_is_silent_follows_no_more() {
    let mut state = CopyState::default();
    state.note_question(NOW, STANDBY, 5, 5);
    assert_eq!(state.following(NOW), Some(STANDBY));
    assert_eq!(state.following(NOW + SILENCE), None);
    assert_eq!(state.kept(NOW + SILENCE, 6), Some(Kept::Once));
    assert_eq!(
        state.kept(NOW + SILENCE, 5),
        Some(Kept::Twice),
        "it had that"
    );
}

//! Checks that a store keeps what [`spectacles_core::store`] demands.
//!
//! For those who write a store of their own, and for the stores of this crate:
//!
//! ```
//! use spectacles_core::store::Store;
//! use spectacles_store::MemoryStore;
//! use std::sync::Arc;
//!
//! # #[tokio::main]
//! # async fn main() {
//! spectacles_store::conformance::run(|| async { Arc::new(MemoryStore::new()) as Arc<dyn Store> }).await;
//! # }
//! ```
//!
//! [`CHECKS`] has the checks one by one, for a test harness that wants to name each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests, though they are compiled as a library: a check fails by a panic"
)]

mod api_tokens;
mod apps;
mod audit;
mod avatars;
mod changes;
mod content;
mod decisions;
mod expiry;
mod facts;
mod groups;
mod keys;
mod leases;
mod listing;
mod live;
mod namespaces;
mod password_resets;
mod registries;
mod requests;
mod services;
mod support;
mod transactions;
mod users;

use content::{activities, manifests, pulls, random, repositories, retention, search, synchronisation, tags};
use spectacles_core::store::Store;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// A check under way.
type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One check.
#[derive(Clone, Copy)]
pub struct Check {
    name: &'static str,
    run: fn(Arc<dyn Store>) -> Running,
}

impl Check {
    /// What it checks: `users::names_are_unique`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Runs it on an empty store. Needs a Tokio runtime with time enabled.
    ///
    /// # Panics
    /// When the store does not keep what is checked.
    pub async fn run(&self, empty: Arc<dyn Store>) {
        (self.run)(empty).await;
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({})", self.name)
    }
}

macro_rules! checks {
    ($($module:ident { $($name:ident,)* })*) => {
        /// Every check.
        pub const CHECKS: &[Check] = &[$($(
            Check { name: concat!(stringify!($module), "::", stringify!($name)), run: |store| Box::pin($module::$name(store)) },
        )*)*];
    };
}

checks! {
    api_tokens {
        every_field_is_kept_and_known,
        names_are_unique_among_those_of_a_user,
        they_need_what_they_refer_to,
        they_go_with_what_they_refer_to_and_that_is_reported,
        their_last_use_only_rises_and_is_no_news,
    }
    avatars {
        every_size_is_kept_to_the_byte,
        they_go_with_their_user,
    }
    password_resets {
        everybody_has_one_at_most,
        they_go_with_their_user,
    }
    requests {
        each_actor_has_keys_of_his_own,
        what_is_not_committed_was_not_done,
        old_ones_are_forgotten,
    }
    users {
        every_field_is_kept,
        names_are_unique,
        what_does_not_exist_is_neither_updated_nor_deleted,
        lists_are_pages_in_the_order_of_bytes,
        enabled_administrators_are_counted,
        owners_are_not_deleted,
        deletion_takes_memberships_assignments_and_grants,
        ids_are_never_used_again,
        text_is_kept_to_the_letter,
    }
    groups {
        every_field_is_kept,
        names_are_unique,
        names_are_compared_exactly,
        slugs_are_unique,
        what_does_not_exist_is_neither_updated_nor_deleted,
        lists_are_pages_in_the_order_of_bytes,
        members_come_and_go,
        memberships_end_when_it_is_said,
        deletion_takes_memberships_assignments_and_grants,
        ids_are_never_used_again,
    }
    apps {
        every_field_is_kept,
        names_and_slugs_are_unique,
        what_does_not_exist_is_neither_updated_nor_deleted,
        lists_are_pages_in_the_order_of_bytes,
        relations_come_change_and_go,
        deletion_takes_relations_and_leaves_service_accounts,
        ids_are_never_used_again,
    }
    services {
        every_field_is_kept,
        names_are_unique,
        what_does_not_exist_is_neither_updated_nor_deleted,
        lists_are_pages_in_the_order_of_bytes,
        secrets_come_and_go,
        the_last_use_of_secrets_only_rises,
        deletion_takes_secrets_assignments_and_grants,
        they_outlive_their_owners,
        ids_are_never_used_again,
    }
    registries {
        every_field_is_kept,
        services_are_unique,
        services_are_compared_exactly,
        what_does_not_exist_is_neither_updated_nor_deleted,
        lists_are_pages_in_the_order_of_bytes,
        deletion_takes_namespaces_and_relations,
        ids_are_never_used_again,
    }
    namespaces {
        every_field_is_kept,
        they_do_not_move,
        paths_are_unique_within_a_registry,
        what_does_not_exist_is_neither_updated_nor_deleted,
        lists_are_pages_of_one_registry,
        those_of_an_owner_are_found,
        those_with_a_grantee_are_found,
        assignments_come_and_go,
        grants_come_replace_and_go,
        terms_are_kept_and_changed,
        ids_are_never_used_again,
    }
    expiry {
        everything_that_ends_is_found,
        what_is_taken_away_or_prolonged_is_not_found_again,
    }
    keys {
        keys_are_kept_oldest_first,
    }
    audit {
        entries_are_read_newest_first,
        entries_are_read_oldest_first,
        entries_are_part_of_the_change,
        entries_form_a_chain,
        writers_at_once_form_one_chain,
    }
    decisions {
        every_field_is_kept_in_a_chain,
        they_are_listed_by_what_they_say,
        recording_is_no_change,
        recording_and_changing_do_not_undo_each_other,
        many_at_once_form_one_chain,
        dropping_rolls_back,
        one_that_is_aborted_does_all_or_nothing,
        the_oldest_are_pruned,
    }
    repositories {
        they_are_met_once,
        a_thousand_at_once_keep_their_order,
        they_are_described,
        stars_are_given_and_taken_back,
        they_are_pages_in_the_order_of_bytes,
        learning_is_no_change,
        those_who_change_rights_change_content_too,
        many_learn_at_once,
        all_of_it_goes_with_its_registry,
        ids_are_never_used_again,
    }
    tags {
        every_field_is_kept,
        the_later_moment_wins,
        any_order_ends_the_same,
        a_thousand_are_noted_at_once,
        repositories_are_gone_with_their_last_tag,
        those_that_changed_meanwhile_stay,
        they_are_found_by_how_they_begin,
    }
    pulls {
        they_are_counted,
        each_who_pulls_counts_once_a_day,
        who_pulled_last_comes_first,
        names_from_outside_may_be_anything,
    }
    manifests {
        every_field_is_kept,
        labels_lead_to_tags,
        what_nothing_leads_to_is_forgotten,
        no_more_is_forgotten_than_was_asked_for,
    }
    activities {
        every_field_is_kept,
        the_same_is_noted_once,
        what_is_old_is_forgotten,
    }
    synchronisation {
        every_field_is_kept,
        one_looks_at_a_time,
    }
    retention {
        they_come_change_and_go,
        they_go_with_their_namespace,
    }
    search {
        parts_are_found_to_the_letter_and_in_order,
        what_changes_is_found_as_it_is_now,
        many_paths_are_looked_below,
    }
    random {
        steps_end_as_in_memory,
    }
    listing {
        everything_is_found_in_order_and_once,
        ordinary_users_find_what_is_theirs,
        what_belongs_to_many_is_read_at_once,
        content_is_found_in_order_and_once,
    }
    leases {
        one_holder_at_a_time,
        a_lease_ends,
        a_lease_is_given_up_by_its_holder_only,
    }
    transactions {
        dropping_rolls_everything_back,
        a_writer_sees_what_it_wrote_and_others_do_not,
        every_commit_raises_the_revision_by_one,
        a_reader_sees_one_moment,
        writers_do_not_lose_each_others_changes,
        a_writer_waits_for_the_one_before,
        a_conflict_leaves_the_transaction_usable,
        a_writer_that_is_aborted_does_all_or_nothing,
    }
    changes {
        of_users_are_reported,
        of_groups_are_reported,
        of_apps_are_reported,
        of_relations_are_reported,
        of_service_accounts_are_reported,
        of_registries_are_reported,
        of_namespaces_are_reported,
        of_keys_are_reported,
        that_do_not_happen_are_not_reported,
        are_reported_once_and_from_where_one_asks,
        of_unknown_times_are_not_known,
        of_many_things_at_once_are_not_lost,
    }
    facts {
        say_everything_there_is,
        say_what_was_set,
        are_read_one_by_one,
        are_read_page_by_page,
    }
    live {
        facts_follow_every_kind_of_change,
        facts_follow_a_store_that_was_put_back,
    }
}

/// Runs every check, each on an empty store of its own, and tells which of them failed.
///
/// Needs a Tokio runtime with time enabled.
///
/// # Panics
/// When a check failed, with the names of all that did.
pub async fn run<F, Making>(fresh: F)
where
    F: Fn() -> Making,
    Making: Future<Output = Arc<dyn Store>>,
{
    let mut failed = Vec::new();
    for check in CHECKS {
        let store = fresh().await;
        if tokio::spawn((check.run)(store)).await.is_err() {
            failed.push(check.name);
        }
    }
    assert!(failed.is_empty(), "{} of {} checks failed: {}", failed.len(), CHECKS.len(), failed.join(", "));
}

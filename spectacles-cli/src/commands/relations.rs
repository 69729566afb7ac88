//! Options and cells for what groups have to do with registries and apps.

use super::context::Context;
use super::terms::{Until, with_ends};
use spectacles_core::model::Relation;
use spectacles_core::name::GroupName;
use spectacles_core::service::Related;
use spectacles_http::resources::AddGroups;

/// Groups that are added.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Added {
    /// Which groups: all of them, or none when one does not exist
    #[arg(required = true, value_name = "GROUP")]
    groups: Vec<GroupName>,
    #[command(flatten)]
    until: Until,
}

/// Groups that are taken away.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Removed {
    /// Which groups: all of them, or none when one is not there
    #[arg(required = true, value_name = "GROUP")]
    groups: Vec<GroupName>,
}

impl Added {
    /// As the API takes them.
    pub(super) fn groups(self, context: &Context<'_>) -> AddGroups {
        AddGroups { until: self.until.moment(context), groups: self.groups }
    }
}

impl Removed {
    /// As the API takes them.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(GroupName::as_str)
    }
}

/// The groups that answer for it, for a table.
pub(super) fn responsible(related: &Related) -> String {
    cell(&related.responsible, related, Relation::Responsible)
}

/// The groups that it is published to, for a table.
pub(super) fn publication(related: &Related) -> String {
    cell(&related.publication, related, Relation::Publication)
}

fn cell(current: &[GroupName], related: &Related, relation: Relation) -> String {
    let limited = related.limited.iter().filter(|limited| limited.relation == relation);
    with_ends(current, limited.map(|limited| (&limited.group, limited.until, limited.expired)))
}

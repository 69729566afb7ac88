//! Groups, apps, service accounts, relations and terms, from the change to the token.

use super::desk::{Desk, REGISTRY, path, service, user};
use secrecy_free::expose;
use serde_json::Value;
use spectacles_core::model::{Privileges, Relation, Terms};
use spectacles_core::right::Right;
use spectacles_core::service::{
    CreateApp, CreateGroup, CreateService, CreateUser, Error, GranteeName, GroupChanges, ServiceChanges, UserChanges,
};
use spectacles_core::time::Clock as _;
use std::time::Duration;

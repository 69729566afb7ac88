//! Access decisions and token signing for container registries, without any I/O.
//!
//! A registry that speaks the token protocol of CNCF Distribution asks an authorization server who may pull, push and delete. This crate
//! is that server without a network and without a database: it decides, signs, and administers, over ports that others implement.
//!
//! Deciding alone needs facts and nothing else:
//!
//! ```
//! use spectacles_core::access::{Facts, NamespaceFacts, Question, RegistryFacts, Subject, UserFacts, decide};
//! use spectacles_core::id::{NamespaceId, RegistryId, UserId};
//! use spectacles_core::model::{Circumstances, Grant, Grantee, Terms};
//! use spectacles_core::right::{Actions, Right};
//! use spectacles_core::time::{Clock, SystemClock};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut facts = Facts::default();
//! let (alice, registry) = (UserId::new(1), RegistryId::new(1));
//! facts.put_user(UserFacts::new(alice, "alice".parse()?));
//! facts.put_registry(RegistryFacts::new(registry, "registry.example.com".parse()?));
//! let team = NamespaceFacts::new(NamespaceId::new(1), registry, "team".parse()?);
//! let read = Grant { grantee: Grantee::User(alice), right: Right::Read, terms: Terms::none() };
//! facts.put_namespace(NamespaceFacts { grants: [read].into(), ..team });
//!
//! let subject = Subject::User(facts.user("alice").ok_or("alice is not there")?);
//! let circumstances = Circumstances { at: SystemClock::new().now(), from: None };
//! let question = Question { subject, repository: &"team/app".parse()?, requested: Actions::ALL, circumstances };
//! let decision = decide(&facts, facts.registry("registry.example.com"), &question);
//! assert_eq!(decision.allowed, Actions::PULL);
//! assert_eq!(decision.because.named(&facts, subject).text, "user `alice` was granted READ on namespace `team`");
//! # Ok(())
//! # }
//! ```
//!
//! | module | what is in it |
//! |---|---|
//! | [`name`], [`scope`], [`right`] | what people and clients say, in types that hold nothing wrong |
//! | [`access`] | facts, and the one function that decides by them |
//! | [`audit`] | the chains that tie the entries of the audit trails together |
//! | [`token`], [`key`] | claims, and keys that are parsed once |
//! | [`auth`] | whose credentials these are |
//! | [`model`], [`id`] | the things that are administered |
//! | [`declarative`] | all of it as a document, and what a document changes |
//! | [`listing`] | filters, orders and pages of lists |
//! | [`service`] | the use cases: the running server, and its administration |
//! | [`registry`] | the port to registries |
//! | [`store`], [`live`] | the port to a database, and facts in memory that follow it |
//! | [`time`], [`random`] | the clock and chance, as parameters |

pub mod access;
pub mod audit;
pub mod auth;
pub mod declarative;
pub mod id;
pub mod import;
pub mod key;
pub mod listing;
pub mod live;
pub mod mail;
pub mod model;
pub mod name;
pub mod random;
pub mod registry;
pub mod right;
mod schema;
pub mod scope;
pub mod service;
pub mod store;
pub mod time;
pub mod token;

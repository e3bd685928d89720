/** The dialect of people who oversee agents: executions, approvals, outcomes. {@code protocol/hitl/spec.md} describes it. */
package dev.hawser.core.dialect.hitl;

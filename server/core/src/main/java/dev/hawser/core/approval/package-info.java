/** The approvals: one decision each, recorded with who took it. */
package dev.hawser.core.approval;

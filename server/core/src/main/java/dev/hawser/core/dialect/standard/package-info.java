/** The native dialect: every promise of Hawser has a message in it. {@code protocol/standard/spec.md} describes it. */
package dev.hawser.core.dialect.standard;

/** The dialect of chat clients that draw what agents ask them to. {@code protocol/envelope/spec.md} describes it. */
package dev.hawser.core.dialect.envelope;

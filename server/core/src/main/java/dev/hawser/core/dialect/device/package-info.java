/** The dialect {@code device}: the wire of a user's own device, which offers tools and agents. */
package dev.hawser.core.dialect.device;

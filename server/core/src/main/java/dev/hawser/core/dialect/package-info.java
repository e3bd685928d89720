/** The wire forms: pure codecs between frames and commands, messages and events. */
package dev.hawser.core.dialect;

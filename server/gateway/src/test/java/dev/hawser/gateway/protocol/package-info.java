/** The replayer of the transcripts of protocol/, and the wire it uses. */
package dev.hawser.gateway.protocol;

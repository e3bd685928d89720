/** A worker for agents on the JVM: claims runs of a gateway, works on them and reports what happens. */
package dev.hawser.worker;

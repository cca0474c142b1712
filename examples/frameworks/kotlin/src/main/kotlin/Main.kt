package app

import dev.thaw.Deadline
import java.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.jdbc.selectAll
import org.jetbrains.exposed.v1.jdbc.transactions.transaction

object Assets : Table("asset") {
  val name = varchar("name", 100)
}

/** Asks the database, and asks again when the password has been rotated. */
fun main() {
  println("answer: " + names(Deadline.after(Duration.ofSeconds(10))).single())
  System.`in`.read()
  println("answer: " + transaction(database) { Assets.selectAll().single()[Assets.name] })
  runBlocking {
    withContext(InForce(Deadline.after(Duration.ofSeconds(10))) + Dispatchers.IO) {
      delay(1) // goes on in whatever thread is free
      check(Deadline.current().isPresent) { "the deadline was not in force" }
    }
    withContext(Dispatchers.IO) { check(Deadline.current().isEmpty) { "it stayed in force" } }
  }
  provider.close()
}
